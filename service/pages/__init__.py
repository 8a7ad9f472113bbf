"""What people see in a browser: one file a page, templates beside them, over the same commands and views as the API."""
