# SPDX-License-Identifier: GPL-2.0-only
# Checked on Debian 12: parsed, and both built by nix with a stand-in for nixpkgs. Not checked: with nixpkgs, on NixOS.
#
# nix-build packaging -A alice
#
# On NixOS, in configuration.nix, where alice is
# import .../packaging { inherit pkgs; linuxPackages = config.boot.kernelPackages; }:
#
#   boot.extraModulePackages = [ alice.module ];
#   boot.kernelModules = [ "alice" ];
#   environment.systemPackages = [ alice.alice ];
#   services.udev.packages = [ alice.alice ];
#   users.groups.alice = { };

{ pkgs ? import <nixpkgs> { }
, linuxPackages ? pkgs.linuxPackages
}:

let
  inherit (pkgs) lib stdenv;
  inherit (linuxPackages) kernel;
  version = "1.0";
  src = builtins.path {
    name = "alice-${version}";
    path = ./..;
    filter = path: type: !(builtins.elem (baseNameOf path) [ ".git" "build" ]);
  };
in
{
  alice = stdenv.mkDerivation {
    pname = "alice";
    inherit version src;
    nativeBuildInputs = [ pkgs.pkg-config ];
    makeFlags = [ "PREFIX=${placeholder "out"}" "XENCALL=no" ];
    buildFlags = [ "lib" "tools" ];
    installTargets = [ "install-user" ];
    meta = {
      description = "Custom Xen hypercalls for ordinary programs";
      license = with lib.licenses; [ gpl2Only lgpl21Plus ];
      platforms = [ "x86_64-linux" "aarch64-linux" ];
      mainProgram = "alicectl";
    };
  };

  module = stdenv.mkDerivation {
    pname = "alice-module";
    version = "${version}-${kernel.modDirVersion}";
    inherit src;
    hardeningDisable = [ "pic" ];
    nativeBuildInputs = kernel.moduleBuildDependencies;
    makeFlags = linuxPackages.kernelModuleMakeFlags ++ [
      "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
      "INSTALL_MOD_PATH=${placeholder "out"}"
    ];
    buildFlags = [ "driver" ];
    installTargets = [ "modules_install" ];
    meta = {
      description = "Custom Xen hypercalls for ordinary programs: kernel module";
      license = lib.licenses.gpl2Only;
      platforms = [ "x86_64-linux" "aarch64-linux" ];
    };
  };
}
