"""Sign-in and what belongs to it, under /accounts/; the names are those that allauth looks for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect.views import callback
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from dataops.web.confirming import identity_proven
from dataops.web.oidc import begin
from dataops.web.sign_in import SignIn

second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", identity_proven(app.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", identity_proven(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", identity_proven(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/make/", identity_proven(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("keys/add/", identity_proven(keys.add_webauthn), name="mfa_add_webauthn"),
    path("keys/confirm/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("keys/<int:pk>/remove/", identity_proven(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path("keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
]

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("login/", SignIn.as_view(), name="account_login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include(second_factor)),
    path("sso/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/uninvited/", social.signup, name="socialaccount_signup"),
    path("oidc/<str:provider_id>/login/", begin, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]
