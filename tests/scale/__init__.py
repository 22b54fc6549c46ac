"""How the function grows: from a thousand vaults to a hundred thousand, on a virtual clock."""
