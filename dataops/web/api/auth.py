"""Name and password for a token."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web import tokens
from dataops.web.accounts import locked_out
from dataops.web.api.base import ApiView
from dataops.web.api.parsers import JSONParser
from dataops.web.api.problems import Problem
from dataops.web.models import TokenScope


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    name = serializers.CharField(max_length=80, default="API", help_text="What the token is for.")
    scope = serializers.ChoiceField(choices=TokenScope.choices, default=TokenScope.WRITE)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="Shown once.")
    expiry = serializers.DateTimeField()


class TokenView(ApiView):
    """Sign in with name and password; the answer is a token for the Authorization header."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (JSONParser, FormParser)

    @extend_schema(
        operation_id="auth_token",
        request=CredentialsSerializer,
        responses={200: TokenSerializer},
        examples=[
            OpenApiExample("sign in", value={"username": "admin", "password": "..."}, request_only=True)
        ],
        tags=["auth"],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        form = CredentialsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        username, password = form.validated_data["username"], form.validated_data["password"]
        request._request.tried_username = username  # type: ignore[attr-defined]  # for accounts.cool_off
        user = authenticate(request._request, username=username, password=password)
        if getattr(request._request, "axes_locked_out", False):
            return locked_out(request._request)  # type: ignore[return-value]
        if user is None:
            raise Problem(401, "User name or password are not right.", code="wrong_credentials")
        token, text = tokens.issue(
            user=user, name=form.validated_data["name"], scope=form.validated_data["scope"]
        )
        return Response(TokenSerializer({"token": text, "expiry": token.expires_at}).data)
