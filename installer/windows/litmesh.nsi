; The installer for Windows: for one user, without administrator's rights. Compiled by nsis.py, which
; says by defines: VERSION, VERSION4 (four numbers), SIZE_KB, ICON, FILES (macro ExtractFiles), OUTPUT.
;
; Program files are the names in RemoveProgram and nothing else: what a user puts beside them stays.
; Exit codes: 0 done, 1 cancelled, 2 refused or failed (then nothing was changed).

Unicode true
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetDateSave on
AllowSkipFiles off
CRCCheck force

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

!define WINDOW "litmesh-window.exe" ; without a console; litmesh.exe is for the command line
!define DOCUMENT "Litmesh.Document"
!define CLASSES "Software\Classes"
!define OWN_KEY "Software\Litmesh"
!define REMOVE_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Litmesh"
!define USER_DATA "$LOCALAPPDATA\Litmesh" ; as platformdirs says, for desktop_app/paths.py
!define STAYS "Your libraries, settings, encoders and what Litmesh installed for training stay in \
  ${USER_DATA}. Delete that folder yourself if you want none of it any more."

Name "Litmesh"
OutFile "${OUTPUT}"
BrandingText "Litmesh ${VERSION}"
InstallDir "$LOCALAPPDATA\Programs\Litmesh"
InstallDirRegKey HKCU "${OWN_KEY}" "Folder"
VIProductVersion "${VERSION4}"
VIAddVersionKey "ProductName" "Litmesh"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs Litmesh, a literature search"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\${WINDOW}"
!define MUI_FINISHPAGE_RUN_TEXT "Open Litmesh"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "${STAYS}"
!define MUI_FINISHPAGE_TEXT_LARGE
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!define MUI_FINISHPAGE_TEXT "Litmesh was removed. ${STAYS}"
!insertmacro MUI_UNPAGE_FINISH
!insertmacro MUI_LANGUAGE "English"

!include "${FILES}"

!macro EveryType DO ; the files that Litmesh is offered for, beside the programs they open with now
  !insertmacro ${DO} ".pdf"
  !insertmacro ${DO} ".xml"
  !insertmacro ${DO} ".ris"
  !insertmacro ${DO} ".bib"
  !insertmacro ${DO} ".nbib"
  !insertmacro ${DO} ".nxml"
!macroend

!macro Offer TYPE ; never the default value of the type's key: that would take the file over
  WriteRegStr HKCU "${CLASSES}\${TYPE}\OpenWithProgids" "${DOCUMENT}" ""
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\SupportedTypes" "${TYPE}" ""
!macroend

!macro Withdraw TYPE
  DeleteRegValue HKCU "${CLASSES}\${TYPE}\OpenWithProgids" "${DOCUMENT}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${TYPE}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${TYPE}"
!macroend

!macro WithdrawOffers
  !insertmacro EveryType Withdraw
  DeleteRegKey HKCU "${CLASSES}\Applications\${WINDOW}"
  DeleteRegKey HKCU "${CLASSES}\${DOCUMENT}"
!macroend

!macro TellShell ; it reads the types again
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

!macro Refuse TEXT
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
  SetErrorLevel 2
  Abort
!macroend

!macro RemoveProgram ; a name that a later version has no more must stay in this list
  Delete "$INSTDIR\litmesh.exe"
  Delete "$INSTDIR\${WINDOW}"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"
!macroend

!macro Move FROM TO NAME
  ${If} ${FileExists} "${FROM}\${NAME}"
    Rename "${FROM}\${NAME}" "${TO}\${NAME}"
  ${EndIf}
!macroend

!macro MoveProgram FROM TO
  !insertmacro Move "${FROM}" "${TO}" "litmesh.exe"
  !insertmacro Move "${FROM}" "${TO}" "${WINDOW}"
  !insertmacro Move "${FROM}" "${TO}" "_internal"
!macroend

; Windows lets nobody write to a program that runs.
!macro IsRunning PROGRAM
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $1 "yes"
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
!macroend

!macro WaitForEnd UN
Function ${UN}WaitForEnd
  ${Do}
    StrCpy $1 ""
    !insertmacro IsRunning "litmesh.exe"
    !insertmacro IsRunning "${WINDOW}"
    ClearErrors
    ${If} $1 == ""
      Return
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION \
      "Litmesh is running. Close its window, then press Retry." /SD IDCANCEL IDRETRY again
    SetErrorLevel 2
    Abort "Litmesh is running: nothing was changed."
    again:
  ${Loop}
FunctionEnd
!macroend
!insertmacro WaitForEnd ""
!insertmacro WaitForEnd "un."

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro Refuse "Litmesh needs 64-bit Windows 10 or newer."
  ${EndIf}
  SetShellVarContext current
  Call ReadOptions
  ReadRegStr $0 HKCU "${OWN_KEY}" "Version"
  ${If} $0 == ""
    Return
  ${EndIf}
  ${VersionCompare} $0 "${VERSION}" $1
  ${If} $1 == 1 ; what is installed is newer
    MessageBox MB_YESNO|MB_ICONQUESTION "Litmesh $0 is installed, which is newer than ${VERSION}. \
      It may not open libraries that the newer one has changed. Go back to ${VERSION}?" \
      /SD IDYES IDYES goBack
    Quit
    goBack:
  ${EndIf}
FunctionEnd

; A folder that is not ours must not lose a folder of the same name as one of ours.
Function CheckFolder
  ${If} ${FileExists} "$INSTDIR\uninstall.exe"
    Return
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
  ${OrIf} ${FileExists} "$INSTDIR\new\*.*"
  ${OrIf} ${FileExists} "$INSTDIR\old\*.*"
    !insertmacro Refuse "$INSTDIR holds files of another program. Choose another folder."
  ${EndIf}
FunctionEnd

Section "Litmesh" Program
  SectionIn RO
  SetShellVarContext current
  Call CheckFolder
  Call WaitForEnd
  ; The new program is laid beside the old one and changes places with it when it is whole, so that a
  ; full disk or a cut leaves the old one as it was.
  SetOverwrite on
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe" ; first: it marks the folder as ours
  !insertmacro ExtractFiles "$INSTDIR\new"
  SetOutPath "$INSTDIR" ; or the folder `new` is in use by ourselves
  CreateDirectory "$INSTDIR\old"
  ClearErrors
  !insertmacro MoveProgram "$INSTDIR" "$INSTDIR\old"
  ${If} ${Errors} ; a library is in use, by a training perhaps
    !insertmacro MoveProgram "$INSTDIR\old" "$INSTDIR"
    RMDir /r "$INSTDIR\new"
    !insertmacro Refuse "Files of Litmesh are in use. Close Litmesh, let its training end, try again."
  ${EndIf}
  !insertmacro MoveProgram "$INSTDIR\new" "$INSTDIR"
  ${If} ${Errors}
    !insertmacro Refuse "The new files could not be put in place. Install once more."
  ${EndIf}
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"

  CreateShortcut "$SMPROGRAMS\Litmesh.lnk" "$INSTDIR\${WINDOW}" "" "$INSTDIR\${WINDOW}" 0 \
    SW_SHOWNORMAL "" "Search your literature by meaning and by words"
  WriteRegStr HKCU "${OWN_KEY}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${OWN_KEY}" "Version" "${VERSION}"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayName" "Litmesh"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayIcon" "$INSTDIR\${WINDOW}"
  WriteRegStr HKCU "${REMOVE_KEY}" "Publisher" "Litmesh"
  WriteRegStr HKCU "${REMOVE_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${REMOVE_KEY}" "Comments" "${STAYS}"
  WriteRegStr HKCU "${REMOVE_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${REMOVE_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${REMOVE_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${REMOVE_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVE_KEY}" "NoRepair" 1
SectionEnd

Section "“Open with Litmesh” for literature files" Types
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}" "" "Literature for Litmesh"
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}" "FriendlyTypeName" "Literature for Litmesh"
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}\DefaultIcon" "" "$INSTDIR\${WINDOW},0"
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}\shell\open" "FriendlyAppName" "Litmesh"
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}\shell\open\command" "" '"$INSTDIR\${WINDOW}" open "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}" "FriendlyAppName" "Litmesh"
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\shell\open\command" "" \
    '"$INSTDIR\${WINDOW}" open "%1"'
  !insertmacro EveryType Offer
  !insertmacro TellShell
SectionEnd

Section /o "Shortcut on the desktop" Desktop
  CreateShortcut "$DESKTOP\Litmesh.lnk" "$INSTDIR\${WINDOW}"
SectionEnd

; An upgrade keeps the choices of before; /DESKTOP and /NOTYPES make them without a window.
Function ReadOptions
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DESKTOP" $1
  ${IfNot} ${Errors}
  ${OrIf} ${FileExists} "$DESKTOP\Litmesh.lnk"
    !insertmacro SelectSection ${Desktop}
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/NOTYPES" $1
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${Types}
  ${EndIf}
  ClearErrors
FunctionEnd

Function .onInstFailed
  RMDir /r "$INSTDIR\new"
  ${IfNot} ${FileExists} "$INSTDIR\${WINDOW}" ; there was no Litmesh before
  ${AndIfNot} ${FileExists} "$INSTDIR\old\*.*"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
  ${EndIf}
FunctionEnd

Section "un.Litmesh"
  SetShellVarContext current
  SetOutPath "$TEMP" ; or the folder is in use by ourselves
  Call un.WaitForEnd
  ${IfNot} ${FileExists} "$INSTDIR\uninstall.exe"
    !insertmacro Refuse "$INSTDIR is not a folder of Litmesh."
  ${EndIf}
  ClearErrors
  !insertmacro RemoveProgram
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
    !insertmacro Refuse "Some files of Litmesh are in use. Restart Windows and remove it again."
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only when it is empty
  Delete "$SMPROGRAMS\Litmesh.lnk"
  Delete "$DESKTOP\Litmesh.lnk"
  !insertmacro WithdrawOffers
  DeleteRegKey HKCU "${REMOVE_KEY}"
  DeleteRegKey HKCU "${OWN_KEY}"
  !insertmacro TellShell
  DetailPrint "${STAYS}"
SectionEnd
