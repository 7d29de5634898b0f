"""The law in plain Python: values in, values out; no Odoo, no clock of its own, no speech."""
