"""Årsuppföljningen: the book of a year, one content for the page, the PDF and the Word file."""
