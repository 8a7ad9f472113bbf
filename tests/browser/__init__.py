"""The pages in a real browser, as people use them: the demonstration register, served, in Chromium."""
