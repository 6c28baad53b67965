"""One file per report: records in, a Report of figures and tables out. Pure."""
