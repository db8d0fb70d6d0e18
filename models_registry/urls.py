"""Pages of this room."""

app_name = "models"
urlpatterns: list = []
