# azd runs this after a deployment: calls the operation Check and prints its answer. Exit code 0: everything is in order; 1: it
# is not; 2: that cannot be looked at from here.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$url = $env:SERVICE_CONNECTOR_URI
if (-not $url) { [Console]::Error.WriteLine('SERVICE_CONNECTOR_URI is not set; run this by: azd hooks run postdeploy'); exit 2 }
$attempts = if ($env:HOOK_ATTEMPTS) { [int]$env:HOOK_ATTEMPTS } else { 20 }
$pause = if ($env:HOOK_PAUSE_SECONDS) { [int]$env:HOOK_PAUSE_SECONDS } else { 15 }

if (-not (Get-Command az -ErrorAction Ignore)) {
    [Console]::Error.WriteLine('The Azure CLI (az) is not installed: the app is not called.')
    exit 2
}

# The app is starting, or its roles do not work yet: both take minutes when they are new.
function Test-Starting([int] $Status, [string] $Code) {
    return $Status -eq 0 -or $Code -in 'SECRET_ACCESS_DENIED', 'SIGNING_KEY_ACCESS_DENIED', 'KEY_VAULT_UNAVAILABLE' -or (-not $Code -and $Status -in 404, 500, 502, 503)
}

for ($attempt = 1; ; $attempt++) {
    $status = 0
    $code = ''
    $key = (& az functionapp keys list --resource-group $env:AZURE_RESOURCE_GROUP --name $env:AZURE_FUNCTION_NAME --query functionKeys.default --output tsv 2>&1 | Out-String).Trim()
    $answer = $key
    if ($LASTEXITCODE -eq 0 -and $key) {
        $headers = @{ 'x-functions-key' = $key }
        if ($env:ENTRA_CLIENT_ID) {
            $token = (& az account get-access-token --scope "api://$env:ENTRA_CLIENT_ID/.default" --query accessToken --output tsv 2>$null | Out-String).Trim()
            if ($LASTEXITCODE -eq 0) { $headers['Authorization'] = "Bearer $token" }
        }

        try {
            $reply = Invoke-WebRequest -Uri "$url/api/check" -Method Post -Body '{}' -ContentType 'application/json' -Headers $headers -SkipHttpErrorCheck -TimeoutSec 60
            $status = $reply.StatusCode
            $answer = if ($reply.Content -is [byte[]]) { [Text.Encoding]::UTF8.GetString($reply.Content) } else { "$($reply.Content)" }
            if ($answer -match '"errorCode": *"([A-Z_]*)"') { $code = $Matches[1] }
        }
        catch [Net.Http.HttpRequestException], [Threading.Tasks.TaskCanceledException], [TimeoutException] {
            $answer = $_.Exception.Message
        }
    }

    if (-not (Test-Starting $status $code) -or $attempt -ge $attempts) { break }
    if ($attempt -eq 1) { Write-Output 'Waiting for the app ...' }
    Start-Sleep -Seconds $pause
}

Write-Output "POST $url/api/check: $($status.ToString('000')) $code"
if ($status -eq 200 -and -not $code) {
    Write-Output $answer
    Write-Output 'The connector reaches Salesforce.'
    exit 0
}

if ($status -eq 401 -or ($status -eq 403 -and -not $code)) {
    [Console]::Error.WriteLine('This machine or its identity may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID): it is not looked at from here.')
    exit 2
}

$advice = switch ($code) {
    'SECRET_NOT_FOUND' { 'The credentials are missing in the vault: azd hooks run postprovision' }
    'SIGNING_KEY_NOT_FOUND' { 'The certificate is missing in the vault: azd hooks run postprovision' }
    'SALESFORCE_AUTHENTICATION_FAILED' { 'Salesforce refuses the login. Do what the answer says. See the External Client App: its flow and user, and the id and secret, or the certificate.' }
    default { if ($status -eq 400) { 'No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision' } }
}
if ($advice) { [Console]::Error.WriteLine($advice) }
[Console]::Error.WriteLine($answer)
exit 1
