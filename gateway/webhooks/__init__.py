"""Events sent to subscribers as signed webhooks (Standard Webhooks), durably and in order."""
