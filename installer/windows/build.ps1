# Freezes Litmesh and packs the installer, on Windows 10 or newer with Python 3.11, git and NSIS 3.08+
# and the Visual C++ Redistributable (x64), whose libraries are shipped beside Python:
#
#   powershell -ExecutionPolicy Bypass -File installer\windows\build.ps1 [-Certificate <thumbprint>]
#
# NOT RUN YET: written on Linux, where the NSIS script was compiled and tried with a stand-in.
param([string] $Python = "py -3.11", [string] $Certificate = "")
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Invoke-Step([string] $What, [scriptblock] $Step) {
    Write-Host "== $What"
    & $Step
    if ($LASTEXITCODE -ne 0) { throw "$What failed with exit code $LASTEXITCODE" }
}

function Set-Signature([string] $File) {
    # Without a certificate SmartScreen warns whoever starts the installer.
    if ($Certificate) {
        Invoke-Step "sign $File" {
            signtool sign /sha1 $Certificate /fd SHA256 /td SHA256 /tr http://timestamp.digicert.com $File
        }
    }
}

# The icon of the programs, drawn by the same code as the installer's.
Invoke-Step "environment" { Invoke-Expression "$Python dev.py setup" }
New-Item -ItemType Directory -Force .dev\build | Out-Null
$env:LITMESH_ICON = Join-Path (Get-Location) ".dev\build\litmesh.ico"
Invoke-Step "icon" {
    & .venv\Scripts\python.exe -m installer.icon_files ico $env:LITMESH_ICON
}
Invoke-Step "freeze" { & .venv\Scripts\python.exe installer\build.py bundle }
Set-Signature ".dev\build\litmesh\litmesh.exe"
Set-Signature ".dev\build\litmesh\litmesh-window.exe"
Invoke-Step "pack" { & .venv\Scripts\python.exe installer\build.py nsis --reuse }
Set-Signature (Get-ChildItem .dev\dist\litmesh-*-setup.exe | Select-Object -Last 1).FullName
