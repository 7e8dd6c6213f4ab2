"""BiCA's hard negatives: candidates, the walk through them, what is dropped, who writes queries."""
