"""Lists of the API: count, next, previous, results; `?page=` and `?page_size=`."""

from rest_framework.pagination import PageNumberPagination


class Page(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 500
