"""Tables and documents as text, csv, json, Markdown and HTML."""
