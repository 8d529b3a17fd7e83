"""Settings of the project, one file; values that differ between machines come from the environment.

KIKS_MODE: production (default), demo (bin/demo, bin/manage) or test (bin/test).
DATABASE_URL: PostgreSQL 15 or newer; the bin/ commands set it to the embedded server where it is missing.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("KIKS_DATA_DIR", str(BASE_DIR / ".data")))

KIKS_MODE = env.str("KIKS_MODE", "production")
if KIKS_MODE not in ("production", "demo", "test"):
    raise ImproperlyConfigured(f"KIKS_MODE is {KIKS_MODE!r}; it must be production, demo or test.")
IS_PRODUCTION = KIKS_MODE == "production"

DEBUG = False
SECRET_KEY = env.str("KIKS_SECRET_KEY", "" if IS_PRODUCTION else "only-for-the-demo-and-the-tests-0123456789abcdef")
if not SECRET_KEY:
    raise ImproperlyConfigured("KIKS_SECRET_KEY is missing: give production a long random value.")
ALLOWED_HOSTS = env.list(
    "KIKS_HOSTS", default=[] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if IS_PRODUCTION else []
BASE_URL = env.str("KIKS_BASE_URL", f"http://localhost:{env.int('KIKS_PORT', 8000)}")

if not env.str("DATABASE_URL", ""):
    raise ImproperlyConfigured(
        "DATABASE_URL is missing. Start commands through bin/manage (it brings its own PostgreSQL), "
        "or set DATABASE_URL=postgres://user:password@host:5432/name."
    )
DATABASES = {"default": env.db("DATABASE_URL")}
if KIKS_MODE != "test":
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 16, "timeout": 20}

INSTALLED_APPS = [
    "kiks",
    "competitions",
    "entries",
    "judging",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "import_export",
    "pgtrigger",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kiks.middleware.LastSeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kiks.middleware.SecondFactorMiddleware",
    "kiks.middleware.PlainAddressMiddleware",
    "kiks.middleware.NoStoreMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "kiks.urls"
WSGI_APPLICATION = "kiks.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["kiks.templatetags.ui", "crispy_forms.templatetags.crispy_forms_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kiks.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# What the rooms of the house contribute to the ground floor, by name: it must not import them.
KIKS_PERSONAL_DATA = ["entries.personal_data.of_person", "judging.personal_data.of_person"]
# What nobody but the person reads, not even who makes the file for the person.
KIKS_OWN_DATA = ["judging.personal_data.for_oneself"]
KIKS_ROLE_HOLDERS = ["entries.personal_data.active_roles", "judging.personal_data.active_roles"]
KIKS_OFFICIAL_NAMES = ["entries.personal_data.official_traces", "judging.personal_data.official_traces"]
KIKS_ERASERS = ["entries.personal_data.blank_person", "judging.personal_data.blank_person"]
KIKS_ROLE_LINKS = ["entries.permissions.role_links", "judging.permissions.role_links"]
KIKS_SECOND_FACTOR_ROLES = ["kiks.access.is_committee", "judging.permissions.is_judge"]
KIKS_ENTRY_READERS = ["judging.permissions.may_read_entry"]
KIKS_ENTRY_PAPERS = ["judging.published.papers_of_entry"]
KIKS_ENTRY_TASKS = ["judging.finalists.tasks_of_entries"]
KIKS_TRAILS = ["kiks.trail.rooms.HOUSE", *(f"{room}.trail.ROOM" for room in ("competitions", "entries", "judging"))]
KIKS_MAIL_TEXTS = [
    "kiks.mail.texts.MAILS",
    *(f"{room}.mail_texts.MAILS" for room in ("competitions", "entries", "judging")),
    "entries.unit_mail_texts.MAILS",
    "judging.day_mail_texts.MAILS",
]
KIKS_SECRET_FILES = ["judging.sheet_paper.secret_files"]
KIKS_TICKS = [
    "entries.actions.comparing.compare_waiting",
    "judging.actions.sheet_paper.lay_out_waiting",
    "judging.actions.certificate.draw_ordered",
]
KIKS_READINESS = ["judging.readiness.obstacles_of"]
KIKS_CONFIRMATIONS = ["judging.readiness.confirmations_of"]
KIKS_EDITION_COPIERS = ["judging.actions.copying.copy_rounds"]
KIKS_STAGE_AUDIENCE = ["entries.audience.audience_of_stage", "judging.audience.audience_of_stage"]

AUTH_USER_MODEL = "kiks.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "kiks.accounts.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "name"]}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
if KIKS_MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workplace"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "kiks.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "kiks.account_forms.LoginForm",
    "change_password": "kiks.account_forms.ChangePasswordForm",
    "reauthenticate": "kiks.account_forms.ReauthenticateForm",
    "reset_password_from_key": "kiks.account_forms.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "add_webauthn": "kiks.account_forms.AddPasskeyForm",
    "edit_webauthn": "kiks.account_forms.RenamePasskeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Counted in Django's default cache, the memory of the process: with N processes a limit is N times as wide. What locks
# an address after failed passwords is django-axes, which counts in the database and earlier; this limits codes.
ACCOUNT_RATE_LIMITS = False if KIKS_MODE == "test" else {"login_failed": "20/m/ip,10/300s/key"}
MFA_ADAPTER = "kiks.accounts.SecondFactorAdapter"
# Public pages without an account (kiks.rate_limits); a whole city hall may share one address.
KIKS_RATE_LIMITS = {} if KIKS_MODE == "test" else {"registration": "60/h/ip", "unit_names": "300/m/ip"}
MFA_TOTP_ISSUER = "KIKS Kota Sukabumi"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# How many proxies of ours stand before the site: lock-out, limits and sessions count the address behind them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("KIKS_PROXIES", 1 if IS_PRODUCTION else 0)
AXES_CLIENT_IP_CALLABLE = "kiks.accounts.client_ip"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_USERNAME_CALLABLE = "kiks.accounts.login_address"

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = None

STATIC_URL = "/static/"
# Only production collects: elsewhere WhiteNoise serves the files from where they lie.
STATIC_ROOT = BASE_DIR / "staticfiles" if IS_PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_MAX_AGE = 31536000 if IS_PRODUCTION else 0
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("KIKS_FILES_DIR", str(DATA_DIR / "files")), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# More than any form takes: of a longer request no byte is kept (kiks.upload_guard).
UPLOAD_MAX_BYTES = 12 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "kiks.upload_guard.UploadGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Letters of units and proofs of objections; what an entry attaches follows the rules of its edition.
LETTER_MAX_BYTES = 2 * 1024 * 1024

DEFAULT_FROM_EMAIL = env.str("KIKS_FROM_EMAIL", "KIKS Kota Sukabumi <kiks@localhost>")
MAILERS = {
    "default": {
        "BACKEND": {
            "production": "django.core.mail.backends.smtp.EmailBackend",
            "demo": "django.core.mail.backends.dummy.EmailBackend",
            "test": "django.core.mail.backends.locmem.EmailBackend",
        }[KIKS_MODE],
        "OPTIONS": {
            "host": env.str("KIKS_SMTP_HOST", "localhost"),
            "port": env.int("KIKS_SMTP_PORT", 587),
            "username": env.str("KIKS_SMTP_USER", ""),
            "password": env.str("KIKS_SMTP_PASSWORD", ""),
            "use_tls": True,
        }
        if IS_PRODUCTION
        else {},
    }
}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PRODUCTION else None
SECURE_HSTS_SECONDS = 31536000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = IS_PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_NAME = "__Host-kiks" if IS_PRODUCTION else f"kiks_session_{env.int('KIKS_PORT', 8000)}"
CSRF_COOKIE_NAME = "__Host-kiks-csrf" if IS_PRODUCTION else f"kiks_csrf_{env.int('KIKS_PORT', 8000)}"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "kiks.views.site.csrf_failure"

IMPORT_EXPORT_USE_TRANSACTIONS = True
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
