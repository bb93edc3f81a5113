"""The products added to the cart most often, with their share of the total."""

from dashapp.queries.conversations.products_added import products_added
from dashapp.widgets.drawings import top_list
from dashapp.widgets.widget import By, Size, Widget, _

WIDGET = Widget(
    slug="conversations.product_added_to_cart",
    title=_("Products added to cart"),
    size=Size.HALF,
    query=products_added,
    draw=top_list(_("Product"), _("Added")),
    limits=range(1, 51),
    by=By("properties.product", _("Product")),
)
