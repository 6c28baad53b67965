"""The words of a service desk: values and what holds of them, without files, clocks or terminals."""
