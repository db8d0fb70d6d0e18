"""Pages of this room."""

app_name = "alerts"
urlpatterns: list = []
