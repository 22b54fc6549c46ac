"""Identity and Access Management: the projects of the account."""
