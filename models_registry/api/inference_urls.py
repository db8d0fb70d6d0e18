"""Paths of the Open Inference Protocol v2, under /v2/."""

from django.urls import path

from models_registry.api.views import inference

app_name = "inference"
MODEL = "models/<slug:name>"
VERSION = f"{MODEL}/versions/<int:number>"
urlpatterns = [
    path(f"{MODEL}/infer", inference.InferView.as_view(), name="infer"),
    path("health/live", inference.LiveView.as_view(), name="live"),
    path("health/ready", inference.ReadyView.as_view(), name="ready"),
    path(MODEL, inference.ModelMetadataView.as_view(), name="model"),
    path(f"{MODEL}/ready", inference.ModelReadyView.as_view(), name="model-ready"),
    path(VERSION, inference.VersionMetadataView.as_view(), name="version"),
    path(f"{VERSION}/ready", inference.VersionReadyView.as_view(), name="version-ready"),
    path(f"{VERSION}/infer", inference.VersionInferView.as_view(), name="version-infer"),
]
