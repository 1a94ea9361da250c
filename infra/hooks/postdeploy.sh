#!/bin/sh
# azd runs this after a deployment: calls the operation Check and prints its answer. Exit code 0: everything is in order; 1: it
# is not; 2: that cannot be looked at from here.
set -eu

url=${SERVICE_CONNECTOR_URI:?is not set; run this by: azd hooks run postdeploy}
group=${AZURE_RESOURCE_GROUP:?}
app=${AZURE_FUNCTION_NAME:?}
attempts=${HOOK_ATTEMPTS:-20}
pause=${HOOK_PAUSE_SECONDS:-15}

if ! command -v az >/dev/null; then
  echo 'The Azure CLI (az) is not installed: the app is not called.' >&2
  exit 2
fi

answer=$(mktemp)
headers=$(mktemp)
trap 'rm -f "$answer" "$headers"' EXIT

error_code() { sed -n 's/.*"errorCode": *"\([A-Z_]*\)".*/\1/p' "$answer" | head -n 1; }

attempt=1
while :; do
  status=000
  if key=$(az functionapp keys list --resource-group "$group" --name "$app" --query functionKeys.default --output tsv 2>"$answer") && [ -n "$key" ]; then
    printf 'x-functions-key: %s\n' "$key" >"$headers"
    if [ -n "${ENTRA_CLIENT_ID:-}" ] && token=$(az account get-access-token --scope "api://$ENTRA_CLIENT_ID/.default" --query accessToken --output tsv 2>/dev/null); then
      printf 'Authorization: Bearer %s\n' "$token" >>"$headers"
    fi

    # The key comes from a file, not from the command line, which others can see.
    status=$(curl --silent --max-time 60 --output "$answer" --write-out '%{http_code}' --header "@$headers" \
      --header 'Content-Type: application/json' --data '{}' "$url/api/check") || true
  fi

  code=$(error_code)
  case "$status $code" in
    # The app is starting, or its roles do not work yet: both take minutes when they are new.
    000\ * | 404\ | 502\ | 503\ | 500\ | *\ SECRET_ACCESS_DENIED | *\ SIGNING_KEY_ACCESS_DENIED | *\ KEY_VAULT_UNAVAILABLE)
      if [ "$attempt" -ge "$attempts" ]; then break; fi
      if [ "$attempt" -eq 1 ]; then echo 'Waiting for the app ...'; fi
      attempt=$((attempt + 1))
      sleep "$pause"
      ;;
    *) break ;;
  esac
done

echo "POST $url/api/check: $status $code"
case "$status $code" in
  200\ )
    cat "$answer"
    printf '\nThe connector reaches Salesforce.\n'
    exit 0
    ;;
  401\ * | 403\ )
    echo 'This machine or its identity may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID): it is not looked at from here.' >&2
    exit 2
    ;;
  *\ SECRET_NOT_FOUND) echo 'The credentials are missing in the vault: azd hooks run postprovision' >&2 ;;
  *\ SIGNING_KEY_NOT_FOUND) echo 'The certificate is missing in the vault: azd hooks run postprovision' >&2 ;;
  *\ SALESFORCE_AUTHENTICATION_FAILED)
    echo 'Salesforce refuses the login. Do what the answer says. See the External Client App: its flow and user, and the id and secret, or the certificate.' >&2
    ;;
  400\ *) echo 'No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision' >&2 ;;
esac
cat "$answer" >&2
exit 1
