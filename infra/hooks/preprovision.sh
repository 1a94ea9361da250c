#!/bin/sh
# azd runs this before provisioning. Vaults that azd down has deleted keep their names for 90 days: it looks for those of this
# environment, and sets AZURE_DELETED_VAULTS, by which the deployment recovers them. Each run looks anew, so that a deployment
# that failed halfway can be repeated.
set -eu

environment=${AZURE_ENV_NAME:?is not set; run this by: azd hooks run preprovision}

if ! command -v az >/dev/null; then
  echo 'The Azure CLI (az) is not installed: deleted vaults are not looked for.' >&2
  exit 1
fi

if ! ids=$(az keyvault list-deleted --resource-type vault --query '[].properties.vaultId' --output tsv ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"}); then
  echo 'Deleted vaults are not looked for. After azd down, log in by az login, and try again.' >&2
  exit 1
fi

# The last part of /subscriptions/…/resourceGroups/rg-{environment}/providers/Microsoft.KeyVault/vaults/{name}.
vaults=$(printf '%s\n' "$ids" | tr '[:upper:]' '[:lower:]' | tr -d '\r' \
  | grep -F "/resourcegroups/rg-$(printf '%s' "$environment" | tr '[:upper:]' '[:lower:]')/" | sed 's|.*/||' | paste -sd , -) || true

if [ "$vaults" != "${AZURE_DELETED_VAULTS:-}" ]; then
  azd env set AZURE_DELETED_VAULTS "$vaults"
fi

if [ -n "$vaults" ]; then
  echo "Deleted vaults of this environment are recovered with their secrets: $vaults"
fi
