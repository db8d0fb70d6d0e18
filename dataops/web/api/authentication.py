"""Who calls the API with a token; signed-in browsers come through DRF's session authentication."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from dataops.web import tokens
from dataops.web.models import ApiToken


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Token doi_...``; says apart whether a token is unknown, revoked or expired."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, ApiToken] | None:
        if (text := tokens.brought(request._request)) is None:
            return None
        token = tokens.find(text)
        if token is None:
            raise exceptions.AuthenticationFailed("The token is not known.", code="token_unknown")
        if not token.user.is_active:
            raise exceptions.AuthenticationFailed("The user of this token is disabled.", code="user_disabled")
        if token.revoked_at is not None:
            raise exceptions.AuthenticationFailed("The token was revoked.", code="token_revoked")
        if not token.is_usable:
            raise exceptions.AuthenticationFailed(
                "The token has expired; ask for a new one.", code="token_expired"
            )
        tokens.touch(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "dataops.web.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token doi_...`"}
