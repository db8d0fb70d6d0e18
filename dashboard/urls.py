"""Pages over all rooms: the dashboard and the settings."""

from django.urls import include, path

from dashboard.views import (
    audit,
    erasing,
    home,
    people,
    profile,
    report,
    samples,
    search,
    sessions,
    settings,
    tokens,
)

settings_patterns = [
    path("", settings.home, name="home"),
    path("all/", settings.every_setting, name="every_setting"),
    path("reset/", settings.setting_reset, name="setting_reset"),
    path("drift/", settings.drift, name="drift"),
    path("scoring/", settings.scoring, name="scoring"),
    path("system/", settings.system, name="system"),
    path("system/jobs/", settings.job_list, name="jobs"),
    path("report/", report.weekly, name="weekly_mail"),
    path("samples/", samples.samples, name="samples"),
    path("samples/<int:pk>/cancel/", samples.samples_cancel, name="samples_cancel"),
    path("samples/load/", samples.samples_load, name="samples_load"),
    path("samples/remove/", samples.samples_remove, name="samples_remove"),
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("users/", people.user_list, name="user_list"),
    path("users/invite/", people.user_invite, name="user_invite"),
    path("users/<int:pk>/", people.user_edit, name="user_edit"),
    path("users/<int:pk>/teams/", people.user_teams, name="user_teams"),
    path("users/<int:pk>/link/", people.user_link, name="user_link"),
    path("users/<int:pk>/sign-out/", people.user_sign_out, name="user_sign_out"),
    path("users/<int:pk>/second-factor/", people.user_second_factor, name="user_second_factor"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/end/", sessions.sessions_end, name="sessions_end"),
    path("sessions/<int:pk>/end/", sessions.session_end, name="session_end"),
    path("password/", people.open_password_link, name="open_password_link"),
    path("password/<uidb64>/<token>/", people.SetPassword.as_view(), name="set_password"),
    path("erase/", erasing.person_erase, name="person_erase"),
    path("audit/", audit.audit_log, name="audit_log"),
    path("audit/export.csv", audit.audit_export, name="audit_export"),
    path("features/", settings.features, name="features"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="password"),
    path("profile/locale/", profile.locale, name="locale"),
    path("profile/theme/", profile.theme, name="theme"),
]

dashboard_patterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("help/", search.meanings, name="help"),
    path("report/", report.report, name="report"),
    path("report/send/", report.send_to_me, name="report_send"),
]

urlpatterns = [
    path("", include((dashboard_patterns, "dashboard"))),
    path("settings/", include((settings_patterns, "settings"))),
]
