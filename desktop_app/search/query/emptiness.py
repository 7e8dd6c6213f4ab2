"""Why a query finds nothing: the terms without articles that no alternative stands in for."""

from collections.abc import Callable

from desktop_app.search.query.tree import Chain, Leaf, Node, Operator


def empty_terms(node: Node, is_empty: Callable[[Leaf], bool]) -> list[Leaf]:
    """The leaves that leave `node` without articles; none where each part has some.

    A term behind NOT is no cause, and one of several alternatives is none while another has
    articles. [] does not say that `node` has articles: its parts may have none in common.
    """
    if not isinstance(node, Chain):
        return [node] if is_empty(node) else []
    causes = empty_terms(node.first, is_empty)
    for operator, step in node.steps:
        if operator is Operator.NOT:
            continue
        others = empty_terms(step, is_empty)
        both_matter = operator is Operator.AND or (causes and others)
        causes = causes + others if both_matter else []
    return causes
