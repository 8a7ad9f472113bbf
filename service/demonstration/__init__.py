"""The demonstration: Västerås 2019 to 2023, real facts of the agreement with synthetic data around them."""
