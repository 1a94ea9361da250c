#!/bin/sh
# azd runs this after provisioning. It says what to do next, makes the certificates of orgs that log in by JWT bearer and, on
# a terminal, asks for the client ids and secrets of the others and puts them into the vault. What is typed is not shown, and no command line has it.
set -eu

vault=${AZURE_KEY_VAULT_NAME:?is not set; run this by: azd hooks run postprovision}
attempts=${HOOK_ATTEMPTS:-20}
pause=${HOOK_PAUSE_SECONDS:-15}
policy=$(dirname "$0")/../signing-certificate.json

# azd runs this in the project's folder, and keeps the environment in one that git does not see.
folder=.azure/${AZURE_ENV_NAME:-}/
if [ -z "${AZURE_ENV_NAME:-}" ] || [ ! -d "$folder" ]; then folder=; fi

# The orgs that log in by JWT bearer, as prefix=certificate.
keys=${AZURE_SIGNING_KEYS:-}
key_of() {
  for pair in $keys; do
    if [ "${pair%%=*}" = "$1" ]; then echo "${pair#*=}"; fi
  done
}

# Of each org either its two secrets or, if it logs in by JWT bearer, its certificate.
prefixes=
if [ -n "${SALESFORCE_BASE_URL:-}" ]; then prefixes=salesforce-; fi
for org in $(printf '%s\n' "${SALESFORCE_ORGS:-}" | sed 's/[[:space:]]//g' | tr ',' ' '); do
  prefixes="$prefixes salesforce-$(printf '%s' "${org%%=*}" | tr '[:upper:]' '[:lower:]')-"
done
by_secret=
by_certificate=
for prefix in $prefixes; do
  if [ -n "$(key_of "$prefix")" ]; then by_certificate=1; else by_secret=1; fi
done

echo
if [ -n "$by_secret" ] || [ -z "$by_certificate" ]; then
  echo "1. Put the credentials of the org's External Client App into the vault $vault: below, or by az keyvault secret set."
fi
if [ -n "$by_certificate" ]; then
  echo "1. Upload the certificate of each org that logs in by JWT bearer to its External Client App, as said below. It needs no secret."
fi
cat <<TEXT
2. Deploy the app: azd deploy. After azd up this comes by itself.
3. Call ${SERVICE_CONNECTOR_URI:-the app}/api/check with a function key: it says what is in order. azd deploy does it once.

TEXT

if [ -z "$prefixes" ]; then
  echo 'No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision'
  exit 0
fi

if ! command -v az >/dev/null; then
  echo 'The Azure CLI (az) is not installed. Without it, put the secrets, or make the certificates, in the portal.' >&2
  exit 1
fi

errors=$(mktemp)
trap 'rm -f "$errors"; if [ -t 0 ]; then stty echo; fi' EXIT
trap 'exit 130' INT TERM

# Says what a refusal means. The role of who provisioned is new, and works after some minutes: that is waited for.
explain() {
  # The first where no address is let in at all, the second where others are.
  if grep -Eq 'ForbiddenByConnection|ForbiddenByFirewall' "$errors"; then
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

sign() {
  attempt=1
  until az keyvault certificate show --vault-name "$vault" --name "$1" --query id --output tsv >/dev/null 2>"$errors"; do
    if grep -q CertificateNotFound "$errors"; then
      attempt=1
      until az keyvault certificate create --vault-name "$vault" --name "$1" --policy "@$policy" --output none 2>"$errors"; do
        explain
      done
    else
      explain
    fi
  done

  az role assignment create --role 'Key Vault Crypto User' --assignee-principal-type ServicePrincipal \
    --assignee-object-id "${AZURE_IDENTITY_PRINCIPAL_ID:?}" --scope "${AZURE_KEY_VAULT_ID:?}/keys/$1" --output none
  echo "The certificate $1 is in the vault, and the app may sign by it."

  if [ -n "$folder" ]; then
    # az does not write over a file.
    rm -f "$folder$1.pem"
    attempt=1
    until az keyvault certificate download --vault-name "$vault" --name "$1" --encoding PEM --file "$folder$1.pem" 2>"$errors"; do
      explain
    done
    echo "Its public part is $folder$1.pem."
  fi
  echo "Upload its public part to the External Client App:"
  echo "  az keyvault certificate download --vault-name $vault --name $1 --encoding PEM --file $1.pem"
  echo "  In Salesforce: Setup, External Client App Manager, the app, Settings, OAuth Settings, JWT Bearer Flow: $1.pem"
}

signed=
for prefix in $prefixes; do
  key=$(key_of "$prefix")
  if [ -n "$key" ]; then
    # Orgs can share one.
    case " $signed " in
      *" $key "*) ;;
      *) sign "$key" ;;
    esac
    signed="$signed $key"
    continue
  fi

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
