# SPDX-License-Identifier: GPL-2.0-only
# A stand-in for the parts of nixpkgs that packaging/default.nix uses: the host's compiler,
# and the kernel whose headers are below "dev".
{ dev, release }:

{
  lib.licenses = { gpl2Only = { }; lgpl21Plus = { }; };
  pkg-config = "";
  linuxPackages = {
    kernel = { inherit dev; modDirVersion = release; moduleBuildDependencies = [ ]; };
    kernelModuleMakeFlags = [ "CC=gcc" ];
  };
  stdenv.mkDerivation = { pname, version, meta, ... }@attrs: derivation (
    removeAttrs attrs [ "meta" ] // {
      name = "${pname}-${version}";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      PATH = "/usr/bin:/bin:/sbin";
      args = [ "-ec" ''
        cp -R "$src" tree && chmod -R u+w tree && cd tree
        make $makeFlags $buildFlags
        make $makeFlags $installTargets
      '' ];
    });
}
