"""Who somebody is, and which route is for whom: sessions, people, the table of routes, the gate that asks it."""
