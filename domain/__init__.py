"""What is agreed: pure Python, pydantic and nothing else. No clock, no drawing of ids, no input or output."""
