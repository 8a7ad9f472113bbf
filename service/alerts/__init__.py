"""What is told to those who asked to be told: the digest of a periodic run, reminders, and their form as mail."""
