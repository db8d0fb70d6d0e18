"""Pages of this room."""

app_name = "quality"
urlpatterns: list = []
