"""The 2019 year of huyện Thanh Bình, made anew from its published totals and really processed."""
