"""What jobs say they are at, while they are.

Said by the ``said`` filter, like the words of ``own_words``; a house test finds one that is missing here.
"""

from dataops.web.words import lazy as _

STAGES = (
    _("flights"),
    _("removing"),
    _("fetching"),
    _("asking the database"),
    _("reading"),
    _("columns"),
    _("profiling a part"),
    _("asking rows"),
    _("reading rows"),
    _("finding failing rows"),
    _("reading failing rows"),
    _("learning from half of the rows"),
    _("learning from all rows"),
    _("trying rules on other rows"),
    _("trying rules on all rows"),
    _("trying them on earlier rows"),
    _("reading the artifact"),
    _("trying it in a process of its own"),
    _("measuring it on the reference data"),
    _("profiling the reference data"),
    _("reading the data that scikit-learn brings"),
    _("reading the sample flights"),
    _("fitting"),
    _("comparing with its ONNX form"),
    _("measuring on held-out rows"),
    _("weighing the features"),
    _("profiling the training window"),
    _("reading the prediction log"),
    _("predicting the dataset"),
    _("writing the prediction log"),
    _("profiling the window"),
    _("comparing"),
    _("predicting"),
    _("handing in the predictions"),
)
