"""JSON of the Open Inference Protocol v2, as the protocol writes it."""

from rest_framework import serializers

from models_registry.api.serializers.common import Features, Objects, Rows


class ServerSerializer(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.CharField()
    extensions = serializers.ListField(child=serializers.CharField())


class LiveSerializer(serializers.Serializer):
    live = serializers.BooleanField()


class ReadySerializer(serializers.Serializer):
    ready = serializers.BooleanField()


class ModelReadySerializer(serializers.Serializer):
    name = serializers.CharField()
    ready = serializers.BooleanField()


class ModelMetadataSerializer(serializers.Serializer):
    name = serializers.CharField()
    versions = serializers.ListField(child=serializers.CharField())
    platform = serializers.CharField()
    inputs = Objects(help_text="{name, datatype, shape} each.")
    outputs = Objects(help_text="{name, datatype, shape} each.")


class InferSerializer(serializers.Serializer):
    id = serializers.CharField(required=False, max_length=200)
    parameters = Features(required=False, help_text="sticky_id: requests of one id go to one version.")
    inputs = Rows(help_text="{name, shape, datatype, data}: one a feature, or one matrix of all features.")
    outputs = Rows(required=False, help_text="{name} of the outputs that are wanted; all by default.")


class InferredSerializer(serializers.Serializer):
    model_name = serializers.CharField()
    model_version = serializers.CharField()
    id = serializers.CharField()
    parameters = Features(help_text="prediction_ids and violations.")
    outputs = Objects(help_text="{name, shape, datatype, data} each.")
