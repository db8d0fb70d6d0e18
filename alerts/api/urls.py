"""API paths of this room."""

urlpatterns: list = []
