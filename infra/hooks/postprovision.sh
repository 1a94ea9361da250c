#!/bin/sh
# azd runs this after provisioning. It says what to do next and, on a terminal, asks for the orgs' client ids and secrets
# and puts them into the vault. What is typed is not shown, and no command line has it.
set -eu

vault=${AZURE_KEY_VAULT_NAME:?is not set; run this by: azd hooks run postprovision}
attempts=${HOOK_ATTEMPTS:-20}
pause=${HOOK_PAUSE_SECONDS:-15}

cat <<TEXT

1. Put the credentials of the org's External Client App into the vault $vault: below, or by az keyvault secret set.
2. Deploy the app: azd deploy. After azd up this comes by itself.
3. Call ${SERVICE_CONNECTOR_URI:-the app}/api/limits with a function key. azd deploy makes this call once.

TEXT

prefixes=
if [ -n "${SALESFORCE_BASE_URL:-}" ]; then prefixes=salesforce-; fi
for org in $(printf '%s' "${SALESFORCE_ORGS:-}" | tr ',' ' '); do
  prefixes="$prefixes salesforce-${org%%=*}-"
done
if [ -z "$prefixes" ]; then
  echo 'No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision'
  exit 0
fi

if ! command -v az >/dev/null; then
  echo 'The Azure CLI (az) is not installed. Without it, put the secrets in the portal.' >&2
  exit 1
fi

errors=$(mktemp)
trap 'rm -f "$errors"; if [ -t 0 ]; then stty echo; fi' EXIT
trap 'exit 130' INT TERM

# Says what a refusal means. The role of who provisioned is new, and works after some minutes: that is waited for.
explain() {
  if grep -q ForbiddenByFirewall "$errors"; then
    address=$(sed -n 's/.*[Cc]lient address: *\([0-9a-fA-F.:]*[0-9a-fA-F]\).*/\1/p' "$errors" | head -n 1)
    echo "The vault does not let this machine in. Let it in, and provision again:" >&2
    echo "  azd env set DATA_IP_RANGES ${address:-<your address>} && azd provision" >&2
    exit 1
  elif grep -q Forbidden "$errors" && [ "$attempt" -lt "$attempts" ]; then
    if [ "$attempt" -eq 1 ]; then echo 'Waiting until your new role at the vault takes effect, which can take minutes ...'; fi
    attempt=$((attempt + 1))
    sleep "$pause"
  else
    cat "$errors" >&2
    echo 'The vault was not reached. Log in by az login, and try again: azd hooks run postprovision' >&2
    exit 1
  fi
}

is_there() {
  attempt=1
  until az keyvault secret show --vault-name "$vault" --name "$1" --query id --output tsv >/dev/null 2>"$errors"; do
    if grep -q SecretNotFound "$errors"; then return 1; fi
    explain
  done
}

put() {
  attempt=1
  until printf '%s' "$2" | az keyvault secret set --vault-name "$vault" --name "$1" --file /dev/stdin --encoding utf-8 --output none 2>"$errors"; do
    explain
  done
}

for prefix in $prefixes; do
  for name in "${prefix}client-id" "${prefix}client-secret"; do
    if is_there "$name"; then
      echo "$name is in the vault."
      continue
    fi

    if [ ! -t 0 ]; then
      echo "$name is missing: az keyvault secret set --vault-name $vault --name $name --file <file>"
      continue
    fi

    stty -echo
    printf '%s (not shown; Enter leaves it for later): ' "$name"
    read -r value
    stty echo
    echo
    if [ -n "$value" ]; then
      put "$name" "$value"
      echo "$name is in the vault."
    fi
  done
done
