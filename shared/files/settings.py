"""Where files are kept: a directory, or a bucket of an S3 service."""

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BucketSettings(BaseSettings):
    """The bucket, where there is one; without a name the directory is used (`MOTCUA_BUCKET_…`)."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_BUCKET_", extra="ignore")

    name: str = ""
    prefix: str = Field(default="", description="What stands before every object's name.")
    endpoint: AnyHttpUrl | None = Field(default=None, description="None means Amazon's own.")
    region: str = "us-east-1"
    access_key_id: SecretStr = SecretStr("")
    secret_access_key: SecretStr = SecretStr("")
