# The installer for Windows: not built or tried where this was written, which has no Windows.
# Needs Python, uv, a C++ compiler, WiX 5 (dotnet tool install --global wix) and signtool.
#
#   packaging\windows\msi.ps1 [-Certificate THUMBPRINT] [-TimestampServer ADDRESS]
#
# Silent installation, for all users:       msiexec /i MedsDesk.msi /qn
# Silent removal; users' workspaces stay:   msiexec /x MedsDesk.msi /qn
param([string]$Certificate = "", [string]$TimestampServer = "")
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Invoke-Checked([string]$Program, [string[]]$Words) {
    & $Program @Words
    if ($LASTEXITCODE -ne 0) { throw "$Program ended with code $LASTEXITCODE." }
}

Invoke-Checked "uv" @("run", "--group", "bundle", "python", "packaging\bundle.py")
$version = (& uv run python -c "from importlib.metadata import version; print(version('medsdesk'))").Trim()
$bundle = Join-Path (Get-Location) "dist\medsdesk"
$sign = @("sign", "/fd", "SHA256", "/sha1", $Certificate)
if ($TimestampServer) { $sign += @("/tr", $TimestampServer, "/td", "SHA256") }
if ($Certificate) {
    Invoke-Checked "signtool" ($sign + @("$bundle\medsdesk.exe", "$bundle\MedsDeskWindow.exe"))
}
Invoke-Checked "wix" @("build", "packaging\windows\medsdesk.wxs", "-arch", "x64",
    "-d", "Version=$version", "-d", "Bundle=$bundle", "-o", "dist\MedsDesk.msi")
if ($Certificate) { Invoke-Checked "signtool" ($sign + @("dist\MedsDesk.msi")) }
$hash = (Get-FileHash "dist\MedsDesk.msi" -Algorithm SHA256).Hash.ToLower()
"$hash  MedsDesk.msi" | Set-Content -Encoding ascii "dist\MedsDesk.msi.sha256"
