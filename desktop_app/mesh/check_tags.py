"""Check tags: headings that indexers tick for every article they fit, whatever it is about.

They say whom or what was studied (sex, age group, common laboratory animals), so two articles that
share only these have little in common. The list is NLM's; the centuries are left out, for an
article that carries one is about that time. Comparative Study and In Vitro are check tags of
former years that are still on old records.
"""

CHECK_TAGS = frozenset(
    {
        "D006801",  # Humans
        "D000818",  # Animals
        "D008297",  # Male
        "D005260",  # Female
        "D011247",  # Pregnancy
        "D007231",  # Infant, Newborn
        "D007223",  # Infant
        "D002675",  # Child, Preschool
        "D002648",  # Child
        "D000293",  # Adolescent
        "D055815",  # Young Adult
        "D000328",  # Adult
        "D008875",  # Middle Aged
        "D000368",  # Aged
        "D000369",  # Aged, 80 and over
        "D002415",  # Cats
        "D002417",  # Cattle
        "D002642",  # Chick Embryo
        "D004285",  # Dogs
        "D006168",  # Guinea Pigs
        "D006224",  # Cricetinae (the tag "Hamsters")
        "D051379",  # Mice
        "D011817",  # Rabbits
        "D051381",  # Rats
        "D066298",  # In Vitro Techniques
        "D003160",  # Comparative Study
    }
)
