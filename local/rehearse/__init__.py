"""A dress rehearsal: the real template, deployed to a local cloud, through a week in a minute."""
