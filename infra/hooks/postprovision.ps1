# azd runs this after provisioning. It says what to do next, makes the certificates of orgs that log in by JWT bearer and, on
# a terminal, asks for the client ids and secrets of the others and puts them into the vault. What is typed is not shown, and no command line has it.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$vault = $env:AZURE_KEY_VAULT_NAME
if (-not $vault) { [Console]::Error.WriteLine('AZURE_KEY_VAULT_NAME is not set; run this by: azd hooks run postprovision'); exit 2 }
$attempts = if ($env:HOOK_ATTEMPTS) { [int]$env:HOOK_ATTEMPTS } else { 20 }
$pause = if ($env:HOOK_PAUSE_SECONDS) { [int]$env:HOOK_PAUSE_SECONDS } else { 15 }
$url = if ($env:SERVICE_CONNECTOR_URI) { $env:SERVICE_CONNECTOR_URI } else { 'the app' }

# azd runs this in the project's folder, and keeps the environment in one that git does not see.
$folder = if ($env:AZURE_ENV_NAME -and (Test-Path ".azure/$env:AZURE_ENV_NAME")) { ".azure/$env:AZURE_ENV_NAME/" } else { '' }

# The orgs that log in by JWT bearer: their prefixes, and the certificates.
$keys = [ordered]@{}
foreach ($pair in "$env:AZURE_SIGNING_KEYS".Split(' ', [StringSplitOptions]::RemoveEmptyEntries)) {
    $prefix, $key = $pair.Split('=', 2)
    $keys[$prefix] = $key
}

# Of each org either its two secrets or, if it logs in by JWT bearer, its certificate.
$prefixes = @()
if ($env:SALESFORCE_BASE_URL) { $prefixes += 'salesforce-' }
foreach ($org in "$env:SALESFORCE_ORGS".Split(',', [StringSplitOptions]'RemoveEmptyEntries, TrimEntries')) {
    $prefixes += "salesforce-$($org.Split('=')[0].Trim().ToLowerInvariant())-"
}

$bySecret = @($prefixes | Where-Object { -not $keys[$_] })
$byCertificate = @($prefixes | Where-Object { $keys[$_] })
Write-Output ''
if ($bySecret -or -not $byCertificate) {
    Write-Output "1. Put the credentials of the org's External Client App into the vault ${vault}: below, or by az keyvault secret set."
}
if ($byCertificate) {
    Write-Output '1. Upload the certificate of each org that logs in by JWT bearer to its External Client App, as said below. It needs no secret.'
}
Write-Output @"
2. Deploy the app: azd deploy. After azd up this comes by itself.
3. Call $url/api/check with a function key: it says what is in order. azd deploy does it once.

"@

if (-not $prefixes) {
    Write-Output 'No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision'
    exit 0
}

if (-not (Get-Command az -ErrorAction Ignore)) {
    [Console]::Error.WriteLine('The Azure CLI (az) is not installed. Without it, put the secrets, or make the certificates, in the portal.')
    exit 1
}

# Runs az until it succeeds or the secret or certificate is missing. The role of who provisioned is new, and works after some minutes:
# that is waited for. Returns whether it succeeded.
function Invoke-WhenAllowed([string[]] $Arguments) {
    for ($attempt = 1; ; $attempt++) {
        $errors = (& az @Arguments 2>&1 | Out-String)
        if ($LASTEXITCODE -eq 0) { return $true }
        if ($errors -match 'SecretNotFound|CertificateNotFound') { return $false }
        # The first where no address is let in at all, the second where others are.
        if ($errors -match 'ForbiddenByConnection|ForbiddenByFirewall') {
            $address = if ($errors -match 'client address: *([0-9a-f.:]*[0-9a-f])') { $Matches[1] } else { '<your address>' }
            [Console]::Error.WriteLine('The vault does not let this machine in. Let it in, and provision again:')
            [Console]::Error.WriteLine("  azd env set DATA_IP_RANGES $address && azd provision")
            exit 1
        }

        if ($errors -notmatch 'Forbidden' -or $attempt -ge $attempts) {
            [Console]::Error.WriteLine($errors.Trim())
            [Console]::Error.WriteLine('The vault was not reached. Log in by az login, and try again: azd hooks run postprovision')
            exit 1
        }

        if ($attempt -eq 1) { [Console]::Out.WriteLine('Waiting until your new role at the vault takes effect, which can take minutes ...') }
        Start-Sleep -Seconds $pause
    }
}

# Orgs can share a certificate.
foreach ($key in $byCertificate | ForEach-Object { $keys[$_] } | Select-Object -Unique) {
    if (-not (Invoke-WhenAllowed 'keyvault', 'certificate', 'show', '--vault-name', $vault, '--name', $key, '--query', 'id', '--output', 'tsv')) {
        Invoke-WhenAllowed 'keyvault', 'certificate', 'create', '--vault-name', $vault, '--name', $key, '--policy', "@$PSScriptRoot/../signing-certificate.json", '--output', 'none' | Out-Null
    }

    az role assignment create --role 'Key Vault Crypto User' --assignee-principal-type ServicePrincipal `
        --assignee-object-id $env:AZURE_IDENTITY_PRINCIPAL_ID --scope "$env:AZURE_KEY_VAULT_ID/keys/$key" --output none
    if ($LASTEXITCODE -ne 0) { exit 1 }
    Write-Output "The certificate $key is in the vault, and the app may sign by it."

    if ($folder) {
        # az does not write over a file.
        Remove-Item "$folder$key.pem" -ErrorAction Ignore
        Invoke-WhenAllowed 'keyvault', 'certificate', 'download', '--vault-name', $vault, '--name', $key, '--encoding', 'PEM', '--file', "$folder$key.pem" | Out-Null
        Write-Output "Its public part is $folder$key.pem."
    }

    Write-Output 'Upload its public part to the External Client App:'
    Write-Output "  az keyvault certificate download --vault-name $vault --name $key --encoding PEM --file $key.pem"
    Write-Output "  In Salesforce: Setup, External Client App Manager, the app, Settings, OAuth Settings, JWT Bearer Flow: $key.pem"
}

foreach ($name in $bySecret | ForEach-Object { "${_}client-id", "${_}client-secret" }) {
    if (Invoke-WhenAllowed 'keyvault', 'secret', 'show', '--vault-name', $vault, '--name', $name, '--query', 'id', '--output', 'tsv') {
        Write-Output "$name is in the vault."
        continue
    }

    if ([Console]::IsInputRedirected) {
        Write-Output "$name is missing: az keyvault secret set --vault-name $vault --name $name --file <file>"
        continue
    }

    $typed = Read-Host -AsSecureString "$name (not shown; Enter leaves it for later)"
    if ($typed.Length -eq 0) { continue }
    # az takes a value from its command line, which others can see, or from a file; a temporary file is the user's alone.
    $file = New-TemporaryFile
    try {
        [IO.File]::WriteAllText($file, [Net.NetworkCredential]::new('', $typed).Password)
        Invoke-WhenAllowed 'keyvault', 'secret', 'set', '--vault-name', $vault, '--name', $name, '--file', $file, '--encoding', 'utf-8', '--output', 'none' | Out-Null
    }
    finally {
        Remove-Item $file
    }

    Write-Output "$name is in the vault."
}
