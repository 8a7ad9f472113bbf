"""Documents that people read, print and keep: one content, made into HTML, PDF (PDF/UA-1) and Word."""
