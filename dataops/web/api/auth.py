"""Name and password for a token."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web import tokens
from dataops.web.api.base import ApiView
from dataops.web.api.parsers import JSONParser
from dataops.web.api.problems import Problem
from dataops.web.features import SwitchedOff
from dataops.web.models import TokenScope
from dataops.web.naming import refuse_unseen
from dataops.web.sessions import NEEDED, lacks_second_factor
from dataops.web.sign_in import has_second_factor, is_right_code


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    code = serializers.CharField(
        max_length=20,
        default="",
        write_only=True,
        help_text="Of the authenticator app, or a recovery code; for who has a second factor.",
    )
    name = serializers.CharField(
        max_length=80, default="API", validators=[refuse_unseen], help_text="What the token is for."
    )
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
        user = authenticate(request._request, username=username, password=password)
        if user is None:
            raise Problem(401, "User name or password are not right.", code="wrong_credentials")
        self._ask_for_code(request, user, form.validated_data["code"])
        try:
            token, text = tokens.issue(
                user=user, name=form.validated_data["name"], scope=form.validated_data["scope"]
            )
        except SwitchedOff as off:
            raise Problem(403, str(off), code="switched_off") from off
        return Response(TokenSerializer({"token": text, "expiry": token.expires_at}).data)

    def _ask_for_code(self, request: Request, user: User, code: str) -> None:
        if lacks_second_factor(user):
            raise Problem(403, str(NEEDED), code="second_factor_needed")
        if not has_second_factor(user):
            return
        if not code:
            raise Problem(401, "This account has a second factor; send its code too.", code="code_needed")
        if not is_right_code(request._request, user, code):
            raise Problem(401, "The code is not right.", code="wrong_code")
