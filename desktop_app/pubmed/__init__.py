"""PubMed over the network, asked politely and only when the user wants it."""
