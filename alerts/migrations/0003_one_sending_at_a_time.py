from django.db import migrations, models
from django.db.models import F


def give_back(apps, schema_editor):
    """Workers are stopped now; what they were sending is sent again, under the same message id."""
    sending = apps.get_model('alerts', 'Notification').objects.filter(state='sending')
    sending.update(state='retry', lease_token=None, lease_until=None, not_before=F('created_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_subject_removed'),
    ]

    operations = [
        migrations.RunPython(give_back, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'sending')), fields=('state',), name='alerts_one_sending_at_a_time'),
        ),
    ]
