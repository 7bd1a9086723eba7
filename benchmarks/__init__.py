"""What Return Ledger costs and how fast it is: one file per claim, each with its rival. `make bench` runs all."""
