"""The rules of the desk: values in, values out; no clock, no network, no library."""
